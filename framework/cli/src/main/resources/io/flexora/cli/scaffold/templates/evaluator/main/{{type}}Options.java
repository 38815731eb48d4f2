package {{package}};

import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import java.util.List;
import java.util.Optional;

/** The options of {@code {{name}}}; in YAML, {@code batch_tokens} is {@code batchTokens}. */
public record {{type}}Options(
    @Option(
            doc = "tokens scored at once, padding included; it changes memory, not the figures",
            byDefault = "4096",
            min = 1)
        int batchTokens,
    @Option(doc = "what is measured", byDefault = "[accuracy, loss]") List<Component<Metric>> metrics,
    @Option(doc = "the metric that decides between models; the first if not written")
        Optional<String> deciding) {

  /** Copies the list. */
  public {{type}}Options {
    metrics = List.copyOf(metrics);
  }
}
