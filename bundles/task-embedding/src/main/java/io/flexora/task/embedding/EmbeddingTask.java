package io.flexora.task.embedding;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.RowFields;
import io.flexora.api.data.Split;
import io.flexora.api.data.Target;
import io.flexora.api.data.TextTemplate;
import io.flexora.api.head.Head;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.task.Examples;
import io.flexora.api.task.PredictionTask;
import jakarta.inject.Inject;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Makes an example of a query, the text that answers it, and its negatives from each row. */
@Doc("Embed texts for search and similarity: learn from pairs of texts that belong together.")
final class EmbeddingTask implements PredictionTask {

  private final EmbeddingOptions options;
  private final TextTemplate query;
  private final TextTemplate positive;
  private final List<TextTemplate> negatives;

  @Inject
  EmbeddingTask(EmbeddingOptions options) {
    this.options = options;
    this.query = TextTemplate.parse("query", options.query());
    this.positive = TextTemplate.parse("positive", options.positive());
    this.negatives =
        options.negatives().stream().map(text -> TextTemplate.parse("negatives", text)).toList();
    if (options.loss().learnsScores() && options.score().isEmpty()) {
      throw new IncompatibleOptionException(
          "loss",
          "the losses cosent and cosine learn the similarity of each pair; name its field in"
              + " 'score', or take multiple_negatives_ranking");
    }
    if (options.loss().learnsScores() && !options.negatives().isEmpty()) {
      throw new IncompatibleOptionException(
          "negatives",
          "the losses cosent and cosine learn from pairs and read no negatives; leave negatives"
              + " out, or take multiple_negatives_ranking");
    }
  }

  @Override
  public Examples examples(Map<Split, List<Row>> rows) {
    Map<Split, List<Example>> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      splits.put(split, rows.getOrDefault(split, List.of()).stream().map(this::example).toList());
    }
    return new Examples(EmbeddingHead.of(options), splits);
  }

  private Example example(Row row) {
    OptionalDouble score =
        options.score().stream()
            .mapToDouble(field -> RowFields.named("score", () -> new RowFields(row).number(field)))
            .findFirst();
    return Example.measured(
        row.origin(),
        query.fill(row),
        new Target.Passages(
            positive.fill(row), negatives.stream().map(text -> text.fill(row)).toList(), score));
  }

  /** A question is a query alone. */
  @Override
  public List<Example> questions(List<Row> rows, Head head) {
    return rows.stream()
        .map(row -> new Example(row.origin(), query.fill(row), List.of(), 0))
        .toList();
  }

  @Override
  public Optional<String> textField() {
    return query.onlyField();
  }

  @Override
  public Head head(Head.Saved saved) {
    return EmbeddingHead.of(saved);
  }
}
