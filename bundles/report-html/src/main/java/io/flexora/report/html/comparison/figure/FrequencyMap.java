package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.LayerMap;
import io.flexora.report.html.figure.Numerals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The frequency of each layer in the choices of each strategy, and the likeness of these.
 *
 * @param layers the layers from the embedding (0) to the output
 * @param rows the strategies whose choices are known
 * @param table the same in figures
 */
public record FrequencyMap(
    List<LayerMap.Layer> layers, List<StrategyFrequencies> rows, FigureTable table) {

  /** A strategy: its layers, and the mean Jaccard index of its choices beside that of chance. */
  public record StrategyFrequencies(
      String title, List<Box> boxes, String words, String jaccard, String chance, String tip) {}

  /** A layer of a strategy; how often it was chosen, from 0 to 1. */
  public record Box(String share, String tip) {}

  static Optional<FrequencyMap> of(Group group) {
    List<Strategy> known =
        group.strategies().stream().filter(s -> !s.frequency().isEmpty()).toList();
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new FrequencyMap(
                LayerMap.layers(group.layers()),
                known.stream().map(strategy -> row(strategy, group.layers())).toList(),
                table(known, group.layers())));
  }

  /** How many columns the map has. */
  public int width() {
    return layers.size();
  }

  private static StrategyFrequencies row(Strategy strategy, int layers) {
    String jaccard = index(strategy.found().jaccard());
    String chance = index(strategy.found().jaccardByChance());
    return new StrategyFrequencies(
        strategy.title(),
        IntStream.range(0, layers).mapToObj(layer -> box(strategy, layer)).toList(),
        words(strategy),
        jaccard,
        chance,
        "%s: mean Jaccard index over pairs of seeds %s, by chance %s"
            .formatted(strategy.name(), jaccard, chance));
  }

  private static String index(OptionalDouble number) {
    return number.isPresent() ? Numerals.fixed(number.getAsDouble(), 2) : Numerals.NONE;
  }

  private static Box box(Strategy strategy, int layer) {
    double share = share(strategy, layer);
    int seeds = strategy.done().size();
    return new Box(
        String.format(Locale.ROOT, "%.3f", share),
        "%s, layer %d: with %d of %d seeds"
            .formatted(strategy.name(), layer, Math.round(share * seeds), seeds));
  }

  private static double share(Strategy strategy, int layer) {
    double share = layer < strategy.frequency().size() ? strategy.frequency().get(layer) : 0;
    return Double.isFinite(share) ? share : 0;
  }

  private static String words(Strategy strategy) {
    String layers =
        IntStream.range(0, strategy.frequency().size())
            .filter(layer -> share(strategy, layer) > 0)
            .mapToObj(layer -> layer + " " + Numerals.percent(share(strategy, layer)))
            .collect(Collectors.joining(", "));
    return layers.isEmpty() ? "none" : layers;
  }

  private static FigureTable table(List<Strategy> strategies, int layers) {
    List<String> columns = new ArrayList<>(List.of("Strategy"));
    IntStream.range(0, layers).forEach(layer -> columns.add("#" + layer));
    columns.add("#Jaccard");
    columns.add("#by chance");
    FigureTable table = FigureTable.of("Share of seeds in which each layer was chosen", columns);
    for (Strategy strategy : strategies) {
      List<String> texts = new ArrayList<>();
      IntStream.range(0, layers)
          .forEach(layer -> texts.add(Numerals.fixed(share(strategy, layer), 2)));
      texts.add(index(strategy.found().jaccard()));
      texts.add(index(strategy.found().jaccardByChance()));
      table.row(strategy.title(), false, texts);
    }
    return table;
  }
}
