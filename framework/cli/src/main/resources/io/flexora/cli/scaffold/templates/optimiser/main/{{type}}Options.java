package {{package}};

import io.flexora.api.plugin.Option;

/** The options of {@code {{name}}}; in YAML, {@code weight_decay} is {@code weightDecay}. */
public record {{type}}Options(
    @Option(
            doc = "what is added to the sum of squares below the root",
            byDefault = "1e-8",
            min = 0,
            minExclusive = true)
        double epsilon,
    @Option(doc = "weight decay, as part of the gradient", byDefault = "0", min = 0)
        double weightDecay) {}
