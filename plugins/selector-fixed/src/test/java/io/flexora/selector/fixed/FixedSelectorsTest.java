package io.flexora.selector.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FixedSelectorsTest {

  private static final SelectionContext SIX = new Layered(6, OptionalInt.empty());

  @Test
  void chooseWhatTheirNamesSay() {
    assertThat(chosen(new AllLayers(new AllOptions(Optional.empty(), true)), SIX))
        .containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(chosen(new FixedSelectors.None(), SIX)).isEmpty();
    assertThat(chosen(new FixedSelectors.First(new CountOptions("2")), SIX)).containsExactly(0, 1);
    assertThat(chosen(new FixedSelectors.Last(new CountOptions("2")), SIX)).containsExactly(4, 5);
    assertThat(chosen(new FixedSelectors.Middle(new CountOptions("2")), SIX)).containsExactly(2, 3);
    assertThat(chosen(new FixedSelectors.Middle(new CountOptions("3")), SIX))
        .containsExactly(1, 2, 3);
    assertThat(chosen(new FixedSelectors.BothEnds(new CountOptions("4")), SIX))
        .containsExactly(0, 1, 4, 5);
    assertThat(chosen(new FixedSelectors.BothEnds(new CountOptions("3")), SIX))
        .containsExactly(0, 4, 5);
    assertThat(chosen(new FixedSelectors.BothEnds(new CountOptions("1")), SIX)).containsExactly(5);
    assertThat(chosen(new FixedSelectors.Every(new EveryOptions(2, 0)), SIX))
        .containsExactly(0, 2, 4);
    assertThat(chosen(new FixedSelectors.Every(new EveryOptions(4, 1)), SIX)).containsExactly(1, 5);
    assertThat(chosen(new FixedSelectors.Every(new EveryOptions(Integer.MAX_VALUE, 1)), SIX))
        .containsExactly(1);
    assertThat(chosen(new FixedSelectors.Listed(new ListOptions(List.of(5, 0, 3))), SIX))
        .containsExactly(0, 3, 5);
  }

  @Test
  void midBlockIsTheSecondFifthRoundedDown() {
    Selector block = new FixedSelectors.MidBlock();

    assertThat(chosen(block, new Layered(30, OptionalInt.empty())))
        .containsExactly(6, 7, 8, 9, 10, 11);
    assertThat(chosen(block, new Layered(12, OptionalInt.empty()))).containsExactly(2, 3);
    assertThat(chosen(block, new Layered(24, OptionalInt.of(8)))).containsExactly(4, 5, 6, 7, 8);
    assertThat(chosen(block, new Layered(3, OptionalInt.empty()))).containsExactly(0);
    assertThatThrownBy(() -> block.select(new Layered(2, OptionalInt.empty())))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("3 layers or more");
  }

  @Test
  void zeroAndAllAreNumbersOfLayers() {
    assertThat(chosen(new FixedSelectors.Last(new CountOptions("0")), SIX)).isEmpty();
    assertThat(chosen(new FixedSelectors.Last(new CountOptions("6")), SIX)).hasSize(6);
    assertThat(chosen(new FixedSelectors.Middle(new CountOptions("6")), SIX)).hasSize(6);
    assertThat(chosen(new FixedSelectors.BothEnds(new CountOptions("0")), SIX)).isEmpty();
    assertThat(chosen(new FixedSelectors.BothEnds(new CountOptions("6")), SIX)).hasSize(6);
    assertThat(chosen(random("6", 1), SIX)).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(chosen(random("0", 1), SIX)).isEmpty();
    assertThat(chosen(balanced("0", 1), SIX)).isEmpty();
  }

  static Stream<Selector> counting() {
    return Stream.of(
        new FixedSelectors.First(new CountOptions("same")),
        new FixedSelectors.Last(new CountOptions("same")),
        new FixedSelectors.Middle(new CountOptions("same")),
        new FixedSelectors.BothEnds(new CountOptions("same")),
        random("same", 1));
  }

  @ParameterizedTest
  @MethodSource("counting")
  void sameIsTheNumberOfTheMainSelector(Selector selector) {
    assertThat(chosen(selector, new Layered(6, OptionalInt.of(4)))).hasSize(4);
  }

  @ParameterizedTest
  @MethodSource("counting")
  void sameNeedsAnotherMainSelector(Selector selector) {
    assertThatThrownBy(() -> selector.select(SIX))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("main selector")
        .hasMessageContaining("layers: 6");
  }

  @Test
  void moreLayersThanThereAreAreRefusedWithBothNumbers() {
    for (Selector selector :
        List.of(
            new FixedSelectors.First(new CountOptions("9")),
            new FixedSelectors.Last(new CountOptions("9")),
            new FixedSelectors.Middle(new CountOptions("9")),
            new FixedSelectors.BothEnds(new CountOptions("9")),
            random("9", 1))) {
      assertThatThrownBy(() -> selector.select(SIX))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("9 layers")
          .hasMessageContaining("the model has 6");
    }
    assertThatThrownBy(
            () -> new FixedSelectors.Listed(new ListOptions(List.of(2, 6, 8))).select(SIX))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("[6, 8]")
        .hasMessageContaining("6 layers, 0 to 5");
    assertThatThrownBy(() -> new FixedSelectors.Every(new EveryOptions(2, 6)).select(SIX))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("layer 6");
  }

  @Test
  void whatIsNoNumberOfLayersIsRefused() {
    for (String layers : List.of("some", "-1", "2.5", "")) {
      assertThatThrownBy(() -> new CountOptions(layers))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + layers + "'");
    }
    assertThatThrownBy(() -> new ListOptions(List.of(1, 2, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void randomIsAFunctionOfTheSeedAndReachesEverySet() {
    Set<List<Integer>> sets = new HashSet<>();
    for (long seed = 0; seed < 400; seed++) {
      List<Integer> layers = chosen(random("2", seed), SIX);
      assertThat(layers).hasSize(2).isSorted().isEqualTo(chosen(random("2", seed), SIX));
      sets.add(layers);
    }
    assertThat(sets).hasSize(15);
  }

  @Test
  void balancedDrawsShareOutTheLayersAmongSeedsThatFollowOneAnother() {
    Set<List<Integer>> sets = new HashSet<>();
    for (long seed = -2; seed <= 400; seed += 3) {
      List<Integer> block = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        List<Integer> layers = chosen(balanced("2", seed + i), SIX);
        assertThat(layers).hasSize(2).isSorted();
        block.addAll(layers);
        sets.add(layers);
      }
      assertThat(block).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    }
    assertThat(sets).hasSize(15);
  }

  @Test
  void ofMoreThanHalfBalancedDrawsShareOutWhatIsLeftOut() {
    List<Integer> block = new ArrayList<>();
    for (long seed = 1; seed <= 3; seed++) {
      List<Integer> layers = chosen(balanced("4", seed), SIX);
      assertThat(layers).hasSize(4).isSorted();
      block.addAll(layers);
    }
    assertThat(block).containsExactlyInAnyOrder(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5);
    assertThat(chosen(balanced("6", 1), SIX)).containsExactly(0, 1, 2, 3, 4, 5);
    for (long seed = 1; seed <= 6; seed++) {
      assertThat(chosen(balanced("5", seed), SIX)).hasSize(5).isSorted();
    }
  }

  private static Selector random(String layers, long seed) {
    return new RandomLayers(new RandomOptions(layers, false), new Seeds(seed));
  }

  private static Selector balanced(String layers, long seed) {
    return new RandomLayers(new RandomOptions(layers, true), new Seeds(seed));
  }

  private static List<Integer> chosen(Selector selector, SelectionContext context) {
    return selector.select(context).layers();
  }
}
