package io.flexora.task.tokenclassification;

import io.flexora.api.plugin.Option;
import java.util.List;
import java.util.Optional;

/** The options of {@link TokenClassificationTask}. */
public record TokenClassificationOptions(
    @Option(
            doc = "The field with the words: a list, or a text with spaces between them.",
            byDefault = "words")
        String words,
    @Option(
            doc =
                "The field with a tag of each word in IOB2, such as B-PER, I-PER and O: a list, or"
                    + " a text with spaces between them. Numbers are indices of 'classes'.",
            byDefault = "tags")
        String tags,
    @Option(doc = "The field with the text of rows that have no words.", byDefault = "text")
        String text,
    @Option(
            doc =
                "The field with the entities of such a text: a list of {start, end, label}, or of"
                    + " [start, end, label]. Offsets count characters as Python does.",
            byDefault = "spans")
        String spans,
    @Option(
            doc =
                "The tags in the order of the head's outputs. Default: O, and B- and I- of each"
                    + " type in the training rows, sorted.")
        Optional<List<String>> classes) {}
