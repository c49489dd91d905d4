"""What `restless` serves. The second page takes a moment, in which the first goes on posting."""

import time

import streamlit as st

POSTING = """
export default function ({ setTriggerValue }) {
  let count = 0;
  const timer = setInterval(() => setTriggerValue("post", String(++count)), 20);
  return () => clearInterval(timer);
}
"""
posting = st.components.v2.component("posting", js=POSTING)


@st.fragment
def hear() -> None:
    posted = posting(key="posting", on_post_change=lambda: None).post
    if posted:
        st.write(f"Heard of {posted} posts")


def restless() -> None:
    st.title("Restless")
    hear()


def calm() -> None:
    st.title("Calm")
    time.sleep(0.2)
    st.write("All of it")


st.navigation([st.Page(restless), st.Page(calm)]).run()
