package io.flexora.numerics.layer;

import io.flexora.api.model.ModelAbility;
import io.flexora.api.run.Compatibility;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A strategy that gives each layer a score and keeps the layers with the highest scores.
 *
 * @since 0.1
 */
public abstract class ScoringSelector implements Selector {

  private final String name;
  private final Optional<LayerCount> count;

  /**
   * Keeps a number of layers that the options tell.
   *
   * @param name the name of the selector, for messages; the scores are called like it, in snake
   *     case
   * @param layers the option; see {@link LayerCount}
   */
  protected ScoringSelector(String name, String layers) {
    this(name, Optional.of(layers));
  }

  /**
   * Keeps a number of layers that the options or the scores tell.
   *
   * @param name the name of the selector, for messages; the scores are called like it, in snake
   *     case
   * @param layers the option; empty to ask {@link #count}
   */
  protected ScoringSelector(String name, Optional<String> layers) {
    this.name = name;
    this.count = layers.map(LayerCount::new);
  }

  /** The name of the selector. */
  protected final String name() {
    return name;
  }

  /** The optional abilities of the model that the scores need: none, where nothing is said. */
  protected List<Class<? extends ModelAbility>> needs() {
    return List.of();
  }

  /** The score of each layer; one that is no finite number is refused. */
  protected abstract List<Double> scores(SelectionContext context);

  /** What the layers are ranked by, highest first: the scores, where nothing else is said. */
  protected List<Double> ranked(List<Double> scores) {
    return scores;
  }

  /** How many layers are kept where no number is written: all, where nothing else is said. */
  protected int count(List<Double> scores) {
    return scores.size();
  }

  /** What is chosen beside the layers that are kept: nothing, where nothing else is said. */
  protected Selection completed(Selection kept, SelectionContext context) {
    return kept;
  }

  /** Notes what else does not fit: nothing, where nothing else is said. */
  protected void checkMore(SelectionBounds bounds, Compatibility found) {}

  @Override
  public final void checkCompatibility(SelectionBounds bounds, Compatibility found) {
    found.check(() -> checkMore(bounds, found));
    count.ifPresent(written -> written.check(name, bounds, found));
    needs()
        .forEach(ability -> found.check(() -> bounds.shape().require(ability, "selector " + name)));
  }

  /** The number that the options tell; another one where {@link #completed} adds layers. */
  @Override
  public OptionalInt chosenLayers(SelectionBounds bounds) {
    return count
        .map(written -> OptionalInt.of(written.in(name, bounds)))
        .orElseGet(OptionalInt::empty);
  }

  @Override
  public final Selection select(SelectionContext context) {
    Compatibility.require(this::checkCompatibility, context);
    Optional<Integer> written = count.map(c -> c.in(name, context));
    List<Double> scores = scores(context);
    Ranking.requireFinite(name, scores);
    int kept = written.orElseGet(() -> count(scores));
    Selection chosen =
        new Selection(
            Ranking.highest(ranked(scores), kept), Map.of(name.replace('-', '_'), scores));
    return completed(chosen, context);
  }
}
