package {{package}};

import io.flexora.api.plugin.Option;

/** The options of {@code {{name}}}. */
public record {{type}}Options(
    @Option(doc = "the file to write in the run's folder", byDefault = "losses.csv") String file) {}
