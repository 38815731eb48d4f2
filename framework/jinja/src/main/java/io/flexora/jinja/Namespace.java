package io.flexora.jinja;

import java.util.Map;

/** An object whose attributes a template may set, also from inside of loops. */
record Namespace(Map<String, Object> attributes) {}
