package io.flexora.task.classification;

import io.flexora.api.plugin.Option;
import java.util.List;
import java.util.Optional;

/** The options of {@link ClassificationTask}. */
public record ClassificationTaskOptions(
    @Option(
            doc =
                "The text to classify: the name of a field, or a template with fields in braces"
                    + " such as '{lemma}: {gloss}' ('{{' and '}}' stand for single braces).",
            byDefault = "text")
        String text,
    @Option(
            doc =
                "A second text, which the model reads together with the first as a pair, such as a"
                    + " hypothesis beside its premise: the name of a field, or a template as for"
                    + " text. A pair that is too long loses the end of its longer text first.")
        Optional<String> textPair,
    @Option(doc = "The name of the field that holds the class.", byDefault = "label") String label,
    @Option(
            doc =
                "The classes in the order of the head's outputs. Without it they are the labels of"
                    + " the training rows, sorted.")
        Optional<List<String>> classes,
    @Option(
            doc =
                "Rows whose class is none of these: error, or drop, which leaves them out of their"
                    + " split and reports their number. Metrics then ignore them.",
            byDefault = "error")
        Unknown unknownClasses,
    @Option(
            doc =
                "Field with each example's target: a number or text against which metrics"
                    + " measure the answer, as in regression. Default: the right choice.")
        Optional<String> target,
    @Option(
            doc =
                "Weights of the classes in the training loss: none, or balanced, as in"
                    + " scikit-learn: an example counts as the number of training rows over"
                    + " the number of classes times the rows of its class. Metrics are"
                    + " unweighted.",
            byDefault = "none")
        Weights classWeights) {

  /** The treatment of rows of other classes. */
  enum Unknown {
    ERROR,
    DROP
  }

  /** The weights of the classes. */
  enum Weights {
    NONE,
    BALANCED
  }
}
