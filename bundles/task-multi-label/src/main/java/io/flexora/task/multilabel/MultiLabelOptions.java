package io.flexora.task.multilabel;

import io.flexora.api.plugin.Option;
import java.util.List;
import java.util.Optional;

/** The options of {@link MultiLabelTask}. */
public record MultiLabelOptions(
    @Option(
            doc =
                "The text to label: the name of a field, or a template with fields in braces"
                    + " such as '{lemma}: {gloss}' ('{{' and '}}' stand for single braces).",
            byDefault = "text")
        String text,
    @Option(
            doc =
                "The field with the labels: a list, or a text with the separator between them. A"
                    + " row without a value there has no label.",
            byDefault = "labels")
        String labels,
    @Option(doc = "The separator of labels in a text.", byDefault = ";") String separator,
    @Option(
            doc =
                "Fields that are labels themselves, in place of 'labels': a row has the label where"
                    + " the field is 1 or true, and not where it is 0, false or empty.")
        Optional<List<String>> labelFields,
    @Option(
            doc =
                "The labels in the order of the head's outputs. Without it they are those of the"
                    + " training rows, sorted, or those fields.")
        Optional<List<String>> classes,
    @Option(
            doc =
                "The probability from which on a label is given. Default: the one with the highest"
                    + " micro F1 on the validation rows, after the training; 0.5 without such rows.",
            min = 0,
            max = 1)
        Optional<Double> threshold) {}
