package {{package}};

import io.flexora.api.plugin.Option;

/** The options of {@code {{name}}}. */
public record {{type}}Options(
    @Option(doc = "how many of the likeliest choices may hold a right one", byDefault = "2", min = 1)
        int k) {}
