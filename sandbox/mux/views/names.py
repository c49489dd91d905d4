"""Names that Mux Data knows and that the made-up views have nothing to say about.

Source: the official OpenAPI file.
"""


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Fields of a view that Mux always sends and that are unknown here.
UNKNOWN_FIELDS = words(
    """
    view_total_upscaling preroll_ad_asset_hostname player_source_domain region viewer_user_agent
    page_type startup_score longitude city platform_description viewer_device_name video_series cdn
    player_instance_id video_language player_error_message player_mux_plugin_version playback_score
    page_url metro view_total_downscaling latitude player_source_host_name mux_embed_version
    player_language player_version preroll_ad_tag_hostname viewer_device_manufacturer
    rebuffering_score experiment_name viewer_os_version platform_summary video_encoding_variant
    video_variant_name viewer_application_engine viewer_os_architecture player_error_code
    buffering_rate video_producer video_content_type player_poster video_variant_id
    player_source_url viewer_application_version view_max_downscale_percentage
    view_max_upscale_percentage isp asn_name quality_score player_software_version
    player_mux_plugin_name sub_property_id viewer_connection_type viewer_device_model custom_1
    custom_2 custom_3 custom_4 custom_5 custom_6 custom_7 custom_8 custom_9 custom_10 live_stream_id
    mux_embed view_drm_type ad_break_error_percentage ad_error_percentage
    ad_startup_error_percentage ad_exit_before_start_percentage client_application_name
    client_application_version video_affiliate viewer_plan viewer_plan_status viewer_plan_category
    view_drm_level video_brand video_codec audio_codec video_dynamic_range_type video_codec_initial
    audio_codec_initial video_dynamic_range_type_initial view_cdn_edge_pop view_cdn_origin
    preroll_requested preroll_played player_remote_played view_seek_duration
    video_startup_preroll_request_time player_source_width view_max_request_latency
    requests_for_first_preroll page_load_time video_startup_preroll_load_time player_view_count
    player_load_time player_width view_seek_count view_error_id view_average_request_throughput
    error_type_id view_average_request_latency player_height asn live_stream_latency
    view_dropped_frame_count ad_attempt_count ad_break_count ad_break_error_count ad_error_count
    ad_impression_count ad_startup_error_count ad_exit_before_start_count rendition_change_count
    rendition_upshift_count rendition_downshift_count playback_failure_error_type_id
    playback_business_exception_error_type_id video_startup_business_exception_error_type_id
    ad_playback_failure_error_type_id view_content_startup_time ad_preroll_startup_time
    video_source_height_initial video_source_width_initial video_source_bitrate_initial
    video_source_bitrate video_source_height video_source_width video_source_fps_initial
    video_source_fps
    """
)

# Fields of a view that are never true here.
NEVER_FIELDS = words(
    """
    player_preload used_fullscreen player_autoplay view_has_ad long_resume long_rebuffering
    view_dropped used_pip time_shift_enabled used_captions
    """
)

# Known to Mux, always nought here: no advertisements, no live streams, no scaling.
NOUGHT_METRICS = words(
    """
    downscale_percentage live_stream_latency max_downscale_percentage max_request_latency
    max_upscale_percentage request_latency request_throughput requests_for_first_preroll
    seek_latency upscale_percentage video_startup_preroll_load_time
    video_startup_preroll_request_time ad_attempt_count ad_break_count ad_break_error_count
    ad_break_error_percentage ad_error_count ad_error_percentage ad_exit_before_start_count
    ad_exit_before_start_percentage ad_impression_count ad_startup_error_count
    ad_startup_error_percentage playback_business_exception_percentage
    video_startup_business_exception_percentage view_content_startup_time ad_preroll_startup_time
    view_dropped_percentage rendition_change_count rendition_upshift_count rendition_downshift_count
    """
)

# Known to Mux, without a value here.
EMPTY_DIMENSIONS = words(
    """
    asn audio_codec browser_version client_application_name client_application_version custom_1
    custom_2 custom_3 custom_4 custom_5 custom_6 custom_7 custom_8 custom_9 custom_10
    experiment_name live_stream_id operating_system_version page_type page_url
    playback_business_exception player_autoplay player_error_code player_mux_plugin_name
    player_mux_plugin_version player_preload player_remote_played player_software_version
    player_version region source_hostname sub_property_id time_shift_enabled used_captions used_pip
    video_affiliate video_brand video_codec video_content_type video_dynamic_range_type
    video_encoding_variant video_series video_startup_business_exception video_startup_failure
    view_cdn_edge_pop view_cdn_origin view_drm_level view_drm_type view_dropped view_has_ad
    viewer_connection_type viewer_device_manufacturer viewer_device_model viewer_device_name
    viewer_plan viewer_plan_category viewer_plan_status
    """
)
