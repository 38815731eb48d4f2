package io.flexora.comparison.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.runstore.RunListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistinctNoticesTest {

  @Test
  void whatSeveralCellsTellIsPassedOnOnce() {
    List<String> heard = new ArrayList<>();
    DistinctNotices notices =
        new DistinctNotices(
            new RunListener() {
              @Override
              public void notice(String cell, String phase, String sentence) {
                heard.add(cell + ": " + sentence);
              }
            });

    notices.notice("one", "", "1 row is left out.");
    notices.notice("one", "", "2 rows are left out.");
    notices.notice("two", "", "1 row is left out.");

    assertThat(heard).containsExactly("one: 1 row is left out.", "one: 2 rows are left out.");
  }
}
