package io.flexora.api.plugin;

/**
 * The configuration of an extension that has no options.
 *
 * @since 0.1
 */
public record NoOptions() {}
