package io.flexora.task.choice;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.task.Task;
import io.flexora.testkit.TaskSuite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** The conformance suite for every task of this plugin. */
class NamedTaskSuitesTest {

  private abstract static class Suite extends TaskSuite {
    abstract String task();

    String resource() {
      return "tasks.json";
    }

    @Override
    protected String configuration() {
      return "{use: " + task() + ", fewshot: 1}";
    }

    @Override
    protected Task askedTask(long seed) {
      return extension(Task.class, task(), host().services(seed));
    }

    @Override
    protected List<String> answerFields() {
      return List.of("label", "answer", "answerKey", "answerID");
    }

    @Override
    protected Map<Split, List<Row>> rows() {
      try {
        JsonNode documents = References.resource(resource()).get(task()).get("rows");
        Map<Split, List<Row>> rows = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
          rows.put(split, References.rows(split.toString(), documents));
        }
        return rows;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private abstract static class LaplaceSuite extends Suite {
    @Override
    String resource() {
      return "laplace.json";
    }
  }

  @Nested
  class Hellaswag extends Suite {
    @Override
    String task() {
      return "hellaswag";
    }
  }

  @Nested
  class Piqa extends Suite {
    @Override
    String task() {
      return "piqa";
    }
  }

  @Nested
  class Winogrande extends Suite {
    @Override
    String task() {
      return "winogrande";
    }
  }

  @Nested
  class Race extends Suite {
    @Override
    String task() {
      return "race";
    }
  }

  @Nested
  class CommonsenseQa extends Suite {
    @Override
    String task() {
      return "commonsense_qa";
    }
  }

  @Nested
  class Boolq extends Suite {
    @Override
    String task() {
      return "boolq";
    }
  }

  @Nested
  class ArcEasy extends Suite {
    @Override
    String task() {
      return "arc_easy";
    }
  }

  @Nested
  class ArcChallenge extends Suite {
    @Override
    String task() {
      return "arc_challenge";
    }
  }

  @Nested
  class Openbookqa extends Suite {
    @Override
    String task() {
      return "openbookqa";
    }
  }

  @Nested
  class SocialIqa extends Suite {
    @Override
    String task() {
      return "social_iqa";
    }
  }

  @Nested
  class Sciq extends Suite {
    @Override
    String task() {
      return "sciq";
    }
  }

  @Nested
  class Sst2 extends Suite {
    @Override
    String task() {
      return "sst2";
    }
  }

  @Nested
  class LaplaceArcEasy extends LaplaceSuite {
    @Override
    String task() {
      return "laplace_arc_easy";
    }
  }

  @Nested
  class LaplaceArcChallenge extends LaplaceSuite {
    @Override
    String task() {
      return "laplace_arc_challenge";
    }
  }

  @Nested
  class LaplaceOpenbookqa extends LaplaceSuite {
    @Override
    String task() {
      return "laplace_openbookqa";
    }
  }

  @Nested
  class LaplaceWinogrande extends LaplaceSuite {
    @Override
    String task() {
      return "laplace_winogrande";
    }
  }

  @Nested
  class LaplaceBoolq extends LaplaceSuite {
    @Override
    String task() {
      return "laplace_boolq";
    }
  }
}
