package io.flexora.metric.answer;

import io.flexora.api.plugin.Option;
import java.util.Optional;

/** The options of {@link ExactMatchMetric}. */
public record ExactMatchOptions(
    @Option(
            doc =
                "A regular expression whose last match is the answer, or its first group where it"
                    + " has one, such as \"#### (-?[0-9.,]+)\"; it is applied to the generated text"
                    + " and to a target that it matches. By default the whole text is the answer.")
        Optional<String> pattern,
    @Option(doc = "Whether capital and small letters are the same.", byDefault = "false")
        boolean ignoreCase,
    @Option(doc = "Whether punctuation is left out.", byDefault = "false")
        boolean ignorePunctuation) {}
