package {{package}};

import io.flexora.api.plugin.Option;

/** The options of {@code {{name}}}. */
public record {{type}}Options(
    @Option(doc = "the field with the text", byDefault = "text") String text,
    @Option(doc = "the field with the class", byDefault = "label") String label,
    @Option(doc = "what stands in front of each text", byDefault = "") String instruction) {}
