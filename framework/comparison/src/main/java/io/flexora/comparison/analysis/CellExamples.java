package io.flexora.comparison.analysis;

import io.flexora.api.evaluate.Prediction;
import io.flexora.experiment.cell.ExampleValues;
import java.util.List;

/**
 * The examples of a cell and their values.
 *
 * @since 0.1
 */
public interface CellExamples {

  /** The number of examples; 0 where none is known. */
  int count();

  /**
   * The values of a metric.
   *
   * @param metric the name of the metric
   * @param value its value over all examples
   * @return empty unless the metric is the mean of values of the examples
   */
  ExampleColumn values(String metric, double value);

  /** The examples that a model has answered. */
  static CellExamples of(List<Prediction> predictions) {
    List<Prediction> answered = List.copyOf(predictions);
    return new CellExamples() {
      @Override
      public int count() {
        return answered.size();
      }

      @Override
      public ExampleColumn values(String metric, double value) {
        return ExampleColumn.of(ExampleValues.of(answered, metric, value).byExample());
      }
    };
  }

  /** The examples of values alone, such as those of results from elsewhere. */
  static CellExamples of(ExampleColumn column) {
    return new CellExamples() {
      @Override
      public int count() {
        return column.size();
      }

      @Override
      public ExampleColumn values(String metric, double value) {
        return column;
      }
    };
  }
}
