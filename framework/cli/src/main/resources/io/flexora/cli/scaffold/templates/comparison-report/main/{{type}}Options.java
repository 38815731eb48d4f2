package {{package}};

import io.flexora.api.plugin.Option;

/** The options of {@code {{name}}}. */
public record {{type}}Options(
    @Option(doc = "the file to write in the comparison's folder", byDefault = "losses.md")
        String file) {}
