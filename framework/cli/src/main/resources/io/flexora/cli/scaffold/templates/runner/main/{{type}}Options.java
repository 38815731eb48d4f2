package {{package}};

import io.flexora.api.plugin.Option;

/** The options of {@code {{name}}}. */
public record {{type}}Options(
    @Option(doc = "seconds of rest between two cells, for a machine that others use", byDefault = "0", min = 0)
        double pause) {}
