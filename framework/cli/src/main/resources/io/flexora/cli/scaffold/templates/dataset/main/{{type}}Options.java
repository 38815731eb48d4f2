package {{package}};

import io.flexora.api.plugin.Option;

/** The options of {@code {{name}}}. */
public record {{type}}Options(
    @Option(doc = "the location of the file, such as file:data/rows.tsv") String source,
    @Option(doc = "training rows", byDefault = "24", min = 1) int train,
    @Option(doc = "validation rows", byDefault = "8", min = 0) int validation,
    @Option(doc = "test rows", byDefault = "8", min = 0) int test) {

  int rows() {
    return train + validation + test;
  }
}
