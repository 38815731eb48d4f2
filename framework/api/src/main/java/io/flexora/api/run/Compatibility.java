package io.flexora.api.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The findings of a check whether something fits what it meets: the model, the data, other
 * extensions. A check notes every mismatch, so that all are reported together; it may throw
 * instead, which ends it.
 *
 * @since 0.1
 */
public final class Compatibility {

  /**
   * A reason why something does not fit.
   *
   * @param option the path of the refused option from the options of who was asked, its keys joined
   *     by dots, such as {@code solver.steps}, or the end of such a path; empty if no option is
   *     refused
   * @param message a sentence or the end of one, as the contract says: the value seen, what is
   *     accepted, what to do
   */
  public record Incompatibility(String option, String message) {

    /** The reason that an exception gives, with the option that it refuses or could not read. */
    public static Incompatibility of(Exception refusal) {
      return new Incompatibility(
          IncompatibleOptionException.of(refusal)
              .map(IncompatibleOptionException::option)
              .orElse(""),
          refusal.getMessage());
    }

    private FlexoraException exception() {
      return option.isEmpty()
          ? new FlexoraException(message)
          : new IncompatibleOptionException(option, message);
    }
  }

  private final List<Incompatibility> found = new ArrayList<>();

  /**
   * The findings of a check.
   *
   * @throws CancelledException as the check does; what else it throws is a finding
   */
  public static Compatibility of(Consumer<Compatibility> check) {
    Compatibility found = new Compatibility();
    found.check(() -> check.accept(found));
    return found;
  }

  /** The findings of a check of a setting, as {@link #of(Consumer)}. */
  public static <T> Compatibility of(BiConsumer<T, Compatibility> check, T setting) {
    return of(found -> check.accept(setting, found));
  }

  /**
   * Throws the first finding of a check.
   *
   * @throws FlexoraException if there is one
   */
  public static void require(Consumer<Compatibility> check) {
    for (Incompatibility first : of(check).found) {
      throw first.exception();
    }
  }

  /** Throws the first finding of a check of a setting, as {@link #require(Consumer)}. */
  public static <T> void require(BiConsumer<T, Compatibility> check, T setting) {
    require(found -> check.accept(setting, found));
  }

  /** Notes what does not fit, whatever the options are. */
  public void refuse(String message) {
    refuse("", message);
  }

  /**
   * Notes an option that does not fit.
   *
   * @param option as {@link Incompatibility#option}
   */
  public void refuse(String option, String message) {
    found.add(new Incompatibility(option, message));
  }

  /**
   * Makes a further check that throws what does not fit.
   *
   * @throws CancelledException as the check does
   */
  public void check(Runnable further) {
    try {
      further.run();
    } catch (CancelledException e) {
      throw e;
    } catch (FlexoraException e) {
      found.add(Incompatibility.of(e));
    }
  }

  /** The findings, in the order in which they were made. */
  public List<Incompatibility> found() {
    return List.copyOf(found);
  }

  /** Whether nothing is in the way. */
  public boolean fits() {
    return found.isEmpty();
  }

  /** The first message; empty if nothing is in the way. */
  public Optional<String> first() {
    return found.stream().map(Incompatibility::message).findFirst();
  }
}
