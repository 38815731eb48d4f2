package io.flexora.solver.implicit;

import io.flexora.api.run.Notices;
import java.util.concurrent.atomic.AtomicBoolean;

/** A notice given once, where further ones would say the same of other numbers. */
final class OneTimeNotice {

  private final Notices notices;
  private final AtomicBoolean told = new AtomicBoolean();

  OneTimeNotice(Notices notices) {
    this.notices = notices;
  }

  void tell(String sentence) {
    if (told.compareAndSet(false, true)) {
      notices.add(sentence);
    }
  }
}
