package io.flexora.jinja.value;

import java.util.Map;

/** An object whose attributes a template may set, also from inside of loops. */
public record Namespace(Map<String, Object> attributes) {}
