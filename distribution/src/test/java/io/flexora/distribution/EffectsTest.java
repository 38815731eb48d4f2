package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.plugin.Effect;
import io.flexora.comparison.setup.ComparisonConfiguration;
import io.flexora.config.option.ComponentType;
import io.flexora.config.option.MovingOptions;
import io.flexora.config.option.OptionDescription;
import io.flexora.config.option.OptionModel;
import io.flexora.config.option.OptionType;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import io.flexora.config.yaml.Location;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.InputsKey;
import io.flexora.experiment.setup.InstalledTypes;
import io.flexora.host.FlexoraHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds that every option says what it moves, and that cells share what is equal. */
class EffectsTest {

  private static final Location HERE = Location.ofText("test");
  private static final int OPTIONS_AT_LEAST = 1000;

  /** The parts of a cell by which it is shared. */
  private static final Set<Effect> PARTS = EnumSet.complementOf(EnumSet.of(Effect.NOTHING));

  /**
   * An option with two values.
   *
   * @param chosen the extensions whose option it is, from the outside in
   */
  private record Varied(
      String path,
      List<ComponentType> chosen,
      ConfigNode one,
      ConfigNode other,
      Set<Effect> moves) {

    Varied in(String key, UnaryOperator<ConfigNode> around) {
      return new Varied(key + path, chosen, around.apply(one), around.apply(other), moves);
    }

    Varied of(ComponentType type) {
      List<ComponentType> all = new ArrayList<>(List.of(type));
      all.addAll(chosen);
      return new Varied(path, all, one, other, moves);
    }
  }

  @TempDir static Path cache;

  private static FlexoraHost host;
  private static InstalledTypes types;

  @BeforeAll
  static void start() {
    host = FlexoraHost.builder().home(Distribution.HOME).cache(cache).start();
    types = new InstalledTypes(host.catalog());
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  @Test
  void everyOptionSaysWhatItMoves() {
    List<Varied> all =
        Stream.of(ExperimentConfiguration.class, ComparisonConfiguration.class)
            .flatMap(root -> options(root).stream())
            .toList();

    assertThat(all).hasSizeGreaterThan(OPTIONS_AT_LEAST);
    assertThat(all).allSatisfy(option -> assertThat(option.moves()).as(option.path()).isNotEmpty());
    Set<ComponentType> seen = new LinkedHashSet<>();
    all.forEach(option -> seen.addAll(option.chosen()));
    assertThat(seen).containsAll(withOptions());
  }

  /** Sources are chosen by a location, not in a configuration. */
  private static List<ComponentType> withOptions() {
    return host.catalog().extensions().stream()
        .filter(found -> !found.extension().kind().equals("source"))
        .filter(found -> !OptionModel.of(found.extension().configuration()).options().isEmpty())
        .map(found -> new ComponentType(found.extension(), found.plugin(), found.version(), true))
        .toList();
  }

  @Test
  void aPartOfACellIsSharedWhereNoOptionDiffersThatMovesIt() {
    for (Varied option : options(ExperimentConfiguration.class)) {
      Set<Effect> moves = new TreeSet<>(option.moves());
      moves.remove(Effect.NOTHING);
      assertThat(moved(option)).as(option.path()).isEqualTo(moves);
      if (isOfCell(option)) {
        assertThat(differing(option)).as(option.path()).isEmpty();
      } else {
        assertThat(differing(option)).as(option.path()).isEqualTo(moves);
      }
    }
  }

  private static boolean isOfCell(Varied option) {
    return option.path().startsWith(".selector")
        || option.path().startsWith(".baselines")
        || option.path().startsWith(".posteriors");
  }

  /** The parts in which an option counts, whatever it is of. */
  private static Set<Effect> moved(Varied option) {
    Set<Effect> moved = new TreeSet<>();
    for (Effect effect : PARTS) {
      MovingOptions part = new MovingOptions(types, Set.of(effect), Set.of());
      Mapping one = part.of((Mapping) option.one(), ExperimentConfiguration.class);
      Mapping other = part.of((Mapping) option.other(), ExperimentConfiguration.class);
      if (!one.equals(other)) {
        moved.add(effect);
      }
    }
    return moved;
  }

  /** The parts that two experiments do not share which differ in the option. */
  private static Set<Effect> differing(Varied option) {
    InputsKey one = key(option.one());
    InputsKey other = key(option.other());
    Set<Effect> differing = new TreeSet<>();
    add(differing, Effect.MODEL, one.model(), other.model());
    add(differing, Effect.DATA, one.data(), other.data());
    add(differing, Effect.SEARCH, one.search(), other.search());
    add(differing, Effect.TRAINING, one.training(), other.training());
    add(differing, Effect.EVALUATION, one.evaluation(), other.evaluation());
    return differing;
  }

  private static void add(Set<Effect> to, Effect effect, String one, String other) {
    if (!one.equals(other)) {
      to.add(effect);
    }
  }

  private static InputsKey key(ConfigNode experiment) {
    long seed =
        ((Mapping) experiment)
            .get("data_seed")
            .map(written -> Long.parseLong(((Scalar) written).text()))
            .orElse(0L);
    return InputsKey.of(experiment, seed, types);
  }

  private static List<Varied> options(Class<? extends Record> root) {
    return options(OptionModel.of(root), Set.of(), Set.of());
  }

  private static List<Varied> options(OptionModel model, Set<Effect> around, Set<String> kinds) {
    List<Varied> found = new ArrayList<>();
    for (OptionDescription option : model.options()) {
      for (Varied varied : values(option.type(), option.affects(around), kinds)) {
        found.add(varied.in("." + option.key(), value -> mapping(option.key(), value)));
      }
    }
    return found;
  }

  private static List<Varied> values(OptionType type, Set<Effect> affects, Set<String> kinds) {
    if (type instanceof OptionType.Maybe maybe) {
      return values(maybe.value(), affects, kinds);
    }
    if (type instanceof OptionType.ListOf list) {
      return in(values(list.element(), affects, kinds), v -> new Sequence(HERE, List.of(v)));
    }
    if (type instanceof OptionType.MapOf map) {
      return in(values(map.value(), affects, kinds), v -> mapping("some", v));
    }
    if (type instanceof OptionType.Nested nested) {
      return options(OptionModel.of(nested.type()), affects, kinds);
    }
    if (type instanceof OptionType.Chosen chosen) {
      return choices(chosen, affects.isEmpty() ? chosen.affects() : affects, kinds);
    }
    return List.of(new Varied("", List.of(), word("1"), word("2"), affects));
  }

  private static List<Varied> in(List<Varied> values, UnaryOperator<ConfigNode> around) {
    return values.stream().map(varied -> varied.in("", around)).toList();
  }

  /** The choice itself, and the options of each extension that can be chosen. */
  private static List<Varied> choices(
      OptionType.Chosen chosen, Set<Effect> affects, Set<String> kinds) {
    List<Varied> found = new ArrayList<>();
    found.add(new Varied("", List.of(), word("one"), word("another"), affects));
    if (kinds.contains(chosen.kind())) {
      return found;
    }
    Set<String> within = new TreeSet<>(kinds);
    within.add(chosen.kind());
    for (ComponentType type : types.ofKind(chosen.kind())) {
      OptionModel model = OptionModel.of(type.extension().configuration());
      for (Varied option : options(model, affects, within)) {
        found.add(option.in("{" + type.name() + "}", v -> used(type, (Mapping) v)).of(type));
      }
    }
    return found;
  }

  private static Mapping used(ComponentType type, Mapping options) {
    return options.with(new Entry(ConfigNode.USE, HERE, word(type.reference())));
  }

  private static Mapping mapping(String key, ConfigNode value) {
    return new Mapping(HERE, List.of(new Entry(key, HERE, value)));
  }

  private static Scalar word(String text) {
    return new Scalar(HERE, text, true);
  }
}
