"""The router: Streamlit runs it from the top for every visit and click, then the page asked for."""

from pathlib import Path

import streamlit as st

from dashboard import access, bones, errors, navigation, sign_in, state

st.set_page_config(page_title="Lectern", page_icon="🎓", layout="wide", initial_sidebar_state=264)
st.logo(str(Path(__file__).parent / "static" / "lectern.svg"), size="large")

with errors.shown(again=True):
    with st.sidebar:
        access.sidebar()
    errors.refused()
    person = access.current_person()
    if person is None:
        st.navigation(navigation.everything(), position="hidden")
        sign_in.door(expired=bool(st.user.get("is_logged_in")))
    else:
        page = st.navigation(navigation.menu(person), expanded=True)
        access.banner()
        if sentence := state.said():
            st.toast(sentence, icon=":material/check_circle:")
        with bones.being_read(page.url_path, page.title):
            page.run()
