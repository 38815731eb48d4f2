package io.flexora.results.run;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.run.Phase;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A column of the outcomes of cells, for tables of every kind. The {@linkplain #in catalogue} has
 * those of each table in their order. A column that is added to {@link #EVERYWHERE} is in all of
 * them; the others stand in some, under the names that these have for them.
 *
 * @param name its name, a snake-case word; in tables for people with spaces
 * @param type the type of its values
 * @param unit the unit of its values; empty where there is none
 * @param doc what it tells, in a few words
 * @param value reads it from an outcome; null where there is no value
 * @since 0.1
 */
public record OutcomeColumn(
    String name, Type type, String unit, String doc, Function<CellOutcome, ?> value) {

  /** The type of the values of a column. */
  public enum Type {
    /** A {@code String}. */
    TEXT,
    /** A {@code Long}. */
    WHOLE,
    /** A {@code Double}. */
    REAL,
    /** A {@code Boolean}. */
    FLAG,
    /** A list of layers, from 0. */
    LAYERS,
    /** A list of {@link io.flexora.api.plan.ChosenModule}. */
    MODULES,
    /** A map of records or numbers by name. */
    RECORDS
  }

  /** A table that shows outcomes. */
  public enum Table {
    /** The rows that queries in SQL see. */
    SQL,
    /** Comma-separated values. */
    CSV,
    /**
     * The table of a run in a terminal; layers, the metric and seconds stand before its columns.
     */
    TERMINAL,
    /** The table of a run on the page; the metrics stand around its columns. */
    PAGE,
    /** The table of a run in reports; layers, parameters and metrics stand before its columns. */
    REPORT
  }

  private static final String SECONDS = "seconds";
  private static final String BYTES = "bytes";

  /** The columns of every table, behind its own. */
  private static final List<OutcomeColumn> EVERYWHERE = List.of();

  private static final List<OutcomeColumn> OF_SQL =
      List.of(
          text("metric", "the metric that decides", of -> decisive(of, MetricValue::name)),
          real("value", "", "its value", of -> decisive(of, MetricValue::value)),
          real(
              "standard_error",
              "",
              "the standard error of the value",
              of -> decisive(of, MetricValue::standardError)),
          new OutcomeColumn(
              "higher_is_better",
              Type.FLAG,
              "",
              "whether higher values are better",
              of -> decisive(of, metric -> !metric.description().lowerIsBetter())),
          records(
              "metrics", "all metrics: {\"accuracy\": {\"value\": .., ..}}", CellOutcome::metrics),
          records(
              "test_sets",
              "the metrics on further test sets: {\"NAME\": {\"metrics\": {..}, \"deciding\": ..}}",
              CellOutcome::testSets),
          records(
              "figures",
              "what a posterior tells of its fit: figures->>'temperature'",
              CellOutcome::figures),
          layers("layers"),
          modules("modules"),
          records("layer_scores", "the strategy's score of each layer", CellOutcome::scores),
          parameters("trainable_parameters"),
          seconds("seconds_search", "the time of the search", Phase.SEARCH),
          seconds("seconds_train", "the time of the training", Phase.TRAIN),
          seconds("seconds_evaluate", "time of the evaluation", Phase.EVALUATE),
          peak("peak_memory"));

  private static final List<OutcomeColumn> OF_CSV =
      List.of(
          whole(
              "selected_layer_count",
              "",
              "the number of chosen layers",
              of ->
                  of.knownParameters().isPresent()
                      ? OptionalLong.of(of.selectedLayers().size())
                      : OptionalLong.empty()),
          layers("selected_layers"),
          modules("selected_modules"),
          parameters("trainable_parameters"),
          seconds("search_seconds", "the time of the search", Phase.SEARCH),
          seconds("train_seconds", "the time of the training", Phase.TRAIN),
          seconds("evaluate_seconds", "the time of the evaluation", Phase.EVALUATE),
          peak("peak_memory_bytes"));

  private static final List<OutcomeColumn> OF_PAGE =
      List.of(
          seconds("search", "the time of the search", Phase.SEARCH),
          seconds("train", "the time of the training", Phase.TRAIN),
          seconds("evaluate", "the time of the evaluation", Phase.EVALUATE),
          peak("memory"),
          parameters("parameters"),
          whole(
              "layers",
              "",
              "the number of chosen layers",
              of -> OptionalLong.of(of.selectedLayers().size())));

  /** Refuses null. */
  public OutcomeColumn {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    Objects.requireNonNull(unit);
    Objects.requireNonNull(doc);
    Objects.requireNonNull(value);
  }

  /** The columns of a table, in their order. */
  public static List<OutcomeColumn> in(Table table) {
    List<OutcomeColumn> own =
        switch (table) {
          case SQL -> OF_SQL;
          case CSV -> OF_CSV;
          case PAGE -> OF_PAGE;
          case TERMINAL, REPORT -> List.of();
        };
    return Stream.concat(own.stream(), EVERYWHERE.stream()).toList();
  }

  /** A column of texts; the reader may give null. */
  static OutcomeColumn text(String name, String doc, Function<CellOutcome, String> value) {
    return new OutcomeColumn(name, Type.TEXT, "", doc, value);
  }

  /** A column of whole numbers. */
  static OutcomeColumn whole(
      String name, String unit, String doc, Function<CellOutcome, OptionalLong> value) {
    return new OutcomeColumn(
        name, Type.WHOLE, unit, doc, value.andThen(v -> v.isPresent() ? v.getAsLong() : null));
  }

  /** A column of numbers; the reader may give null. */
  static OutcomeColumn real(
      String name, String unit, String doc, Function<CellOutcome, Double> value) {
    return new OutcomeColumn(name, Type.REAL, unit, doc, value);
  }

  private static OutcomeColumn records(String name, String doc, Function<CellOutcome, ?> value) {
    return new OutcomeColumn(name, Type.RECORDS, "", doc, value);
  }

  private static OutcomeColumn layers(String name) {
    return new OutcomeColumn(
        name, Type.LAYERS, "", "the chosen layers, from 0", CellOutcome::selectedLayers);
  }

  private static OutcomeColumn modules(String name) {
    return new OutcomeColumn(
        name,
        Type.MODULES,
        "",
        "the chosen modules of these layers: [{\"layer\": 0, \"module\": .., \"rank\": ..}],"
            + " without a rank where the adapter's options have it; [] for all target modules",
        CellOutcome::selectedModules);
  }

  private static OutcomeColumn parameters(String name) {
    return whole(name, "", "number of trained parameters", CellOutcome::knownParameters);
  }

  private static OutcomeColumn seconds(String name, String doc, Phase phase) {
    return real(name, SECONDS, doc, of -> of.seconds().get(phase.word()));
  }

  private static OutcomeColumn peak(String name) {
    return whole(name, BYTES, "the peak resident memory, in bytes", CellOutcome::peak);
  }

  private static <T> T decisive(CellOutcome outcome, Function<MetricValue, T> part) {
    return outcome.decisive().map(part).orElse(null);
  }

  /** The value of an outcome; empty where there is none. */
  public Optional<Object> of(CellOutcome outcome) {
    return Optional.ofNullable(value.apply(outcome));
  }

  /** The name for people, with its unit, such as {@code peak memory, bytes}. */
  public String title() {
    return name.replace('_', ' ') + (unit.isEmpty() ? "" : ", " + unit);
  }

  /** The value as people read it; empty where there is none. */
  public String shown(CellOutcome outcome) {
    return of(outcome).map(OutcomeColumn::words).orElse("");
  }

  private static String words(Object value) {
    if (value instanceof Long whole) {
      return String.format(Locale.ROOT, "%,d", whole);
    }
    return value instanceof Double real
        ? String.format(Locale.ROOT, "%.3g", real)
        : value.toString();
  }
}
