package io.flexora.testkit;

import io.flexora.api.data.Dataset;
import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.head.Head;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.task.Examples;
import io.flexora.api.task.PredictionTask;
import io.flexora.api.task.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BrokenDataTest {

  private static final int SIZE = 4;

  /** Four rows in each split. */
  abstract static class Rows extends DatasetSuite {

    private int loads;

    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Dataset extension(long seed) {
      return () -> {
        Map<Split, List<Row>> rows = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
          rows.put(
              split,
              new ArrayList<>(IntStream.range(0, SIZE).mapToObj(i -> row(split, i)).toList()));
        }
        change(rows, loads++);
        return rows;
      };
    }

    static Row row(Split split, int i) {
      return new Row(split + ":" + i, Map.of("text", split.name() + i));
    }

    void change(Map<Split, List<Row>> rows, int load) {}
  }

  static class SoundRows extends Rows {}

  static class Overlapping extends Rows {
    @Override
    void change(Map<Split, List<Row>> rows, int load) {
      Row train = rows.get(Split.TRAIN).get(0);
      rows.get(Split.TEST).set(0, new Row("TEST:0", train.fields()));
    }
  }

  static class SameOrigin extends Rows {
    @Override
    void change(Map<Split, List<Row>> rows, int load) {
      rows.get(Split.TEST).set(1, new Row("TEST:0", Map.of("text", "another")));
    }
  }

  static class WithoutASplit extends Rows {
    @Override
    void change(Map<Split, List<Row>> rows, int load) {
      rows.remove(Split.VALIDATION);
    }
  }

  static class OtherOrderEachTime extends Rows {
    @Override
    void change(Map<Split, List<Row>> rows, int load) {
      Collections.rotate(rows.get(Split.TRAIN), load);
    }
  }

  static class FewerForOneSplit extends Rows {
    @Override
    protected Dataset extension(long seed) {
      Dataset whole = super.extension(seed);
      return new Dataset() {
        @Override
        public Map<Split, List<Row>> load() throws IOException {
          return whole.load();
        }

        @Override
        public Map<Split, List<Row>> load(Split scored) throws IOException {
          Map<Split, List<Row>> rows = whole.load();
          rows.get(scored).remove(0);
          return rows;
        }
      };
    }
  }

  static class SizeByTheSeed extends Rows {
    @Override
    protected Dataset extension(long seed) {
      return () -> {
        Map<Split, List<Row>> rows = new EnumMap<>(super.extension(seed).load());
        rows.put(Split.TRAIN, rows.get(Split.TRAIN).subList(0, (int) (2 + seed % 2)));
        return rows;
      };
    }
  }

  static class StrangeValues extends Rows {
    @Override
    void change(Map<Split, List<Row>> rows, int load) {
      rows.get(Split.TRAIN).set(0, new Row("TRAIN:0", Map.of("split", Split.TRAIN)));
    }
  }

  @Test
  void eachMistakeOfADatasetIsCaught() {
    Verdict.on(SoundRows.class).failsOnly();
    Verdict.on(Overlapping.class)
        .failsOnly("putsNoRowIntoTwoSplits")
        .saying("also those of another split's row");
    Verdict.on(SameOrigin.class).failsOnly("namesEachRowOnce");
    Verdict.on(OtherOrderEachTime.class)
        .failsOnly("loadsTheSameRowsInTheSameOrder", "givesTheSameRowsToWhoScoresASplit")
        .saying("draw from Seeds alone");
    Verdict.on(FewerForOneSplit.class)
        .failsOnly("givesTheSameRowsToWhoScoresASplit")
        .saying("for who scores that split alone");
    Verdict.on(SizeByTheSeed.class).failsOnly("keepsItsSizesUnderAnotherSeed");
    Verdict.on(StrangeValues.class).failsOnly("holdsPlainValues");
    Verdict.on(WithoutASplit.class).failsOnly("hasAllSplits").saying("splits of dataset broken");
  }

  /** Asks for the label of a text. */
  abstract static class Asking extends TaskSuite {

    private static final List<String> CLASSES = List.of("apple", "pear", "plum");

    @Override
    protected String configuration() {
      return "broken";
    }

    @Override
    protected Task extension(long seed) {
      return this::examples;
    }

    Examples examples(Map<Split, List<Row>> rows) {
      Map<Split, List<Example>> splits = new EnumMap<>(Split.class);
      rows.forEach((split, some) -> splits.put(split, some.stream().map(this::example).toList()));
      return new Examples(CLASSES, splits);
    }

    Example example(Row row) {
      return new Example(
          row.origin(), field(row, "text"), CLASSES, CLASSES.indexOf(field(row, "label")));
    }

    String field(Row row, String name) {
      Object value = row.fields().get(name);
      if (value == null) {
        throw new FlexoraException("row " + row.origin() + " lacks the field " + name);
      }
      return value.toString();
    }
  }

  static class SoundTask extends Asking {}

  static class Reversing extends Asking {
    @Override
    Examples examples(Map<Split, List<Row>> rows) {
      Map<Split, List<Row>> reversed = new EnumMap<>(rows);
      List<Row> training = new ArrayList<>(rows.get(Split.TRAIN));
      Collections.reverse(training);
      reversed.put(Split.TRAIN, training);
      return super.examples(reversed);
    }
  }

  /** Looks at the answer that a question has not. */
  static class Peeking extends Asking {
    @Override
    protected Task extension(long seed) {
      return new PredictionTask() {
        @Override
        public Examples examples(Map<Split, List<Row>> rows) {
          return Peeking.this.examples(rows);
        }

        @Override
        public List<Example> questions(List<Row> rows, Head head) {
          return rows.stream().map(Peeking.this::example).toList();
        }
      };
    }
  }

  static class Careless extends Asking {
    @Override
    String field(Row row, String name) {
      return row.fields().get(name).toString();
    }
  }

  static class NamingNoRow extends Asking {
    @Override
    String field(Row row, String name) {
      Object value = row.fields().get(name);
      if (value == null) {
        throw new FlexoraException("a row lacks the field " + name);
      }
      return value.toString();
    }
  }

  static class OtherChoices extends Asking {
    @Override
    Example example(Row row) {
      Example example = super.example(row);
      return new Example(example.id(), example.prompt(), List.of("x", "y", "z"), example.label());
    }
  }

  static class Counting extends Asking {
    private int count;

    @Override
    Example example(Row row) {
      Example example = super.example(row);
      return new Example(
          example.id(), example.prompt() + count++, example.choices(), example.label());
    }
  }

  static class AskingNothing extends Asking {
    @Override
    Example example(Row row) {
      Example example = super.example(row);
      return new Example(example.id(), " ", example.choices(), example.label());
    }
  }

  @Test
  void eachMistakeOfATaskIsCaught() {
    Verdict.on(SoundTask.class).failsOnly();
    Verdict.on(Reversing.class).failsOnly("makesOneExampleOfEachRowInOrder").saying("in order");
    Verdict.on(Peeking.class).failsOnly("asksTheSameOfRowsWithoutTheirAnswers");
    Verdict.on(Careless.class)
        .failsOnly("namesTheRowThatLacksAField", "namesTheRowWithAFieldThatIsNull")
        .saying("throw a FlexoraException that names both");
    Verdict.on(NamingNoRow.class)
        .failsOnly("namesTheRowThatLacksAField", "namesTheRowWithAFieldThatIsNull")
        .saying("its origin");
    Verdict.on(OtherChoices.class).failsOnly("offersTheClassesToEachExample");
    Verdict.on(Counting.class).failsOnly("makesTheSameExamplesAgain");
    Verdict.on(AskingNothing.class).failsOnly("asksSomethingAndOffersAnswers");
  }
}
