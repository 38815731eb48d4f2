package io.flexora.metric.answer;

import io.flexora.api.plugin.Option;
import java.util.Optional;

/** The options of {@link ExactMatchMetric}. */
public record ExactMatchOptions(
    @Option(
            doc =
                "Regular expression that extracts the answer: its last match, or the first"
                    + " group of that match, such as \"#### (-?[0-9.,]+)\"; applied to the"
                    + " generated text and, if it matches, to the target. Default: the whole"
                    + " text.")
        Optional<String> pattern,
    @Option(doc = "Ignore case.", byDefault = "false") boolean ignoreCase,
    @Option(doc = "Ignore punctuation.", byDefault = "false") boolean ignorePunctuation) {}
