package io.flexora.experiment.inputs;

import io.flexora.api.plugin.Component;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Compatibility.Incompatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.config.binding.ChosenComponent;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.Location;
import io.flexora.files.durable.ReadFailure;
import java.io.IOException;

/**
 * Something that reads files.
 *
 * @param <T> what reads
 * @param <R> what it reads
 */
@FunctionalInterface
interface IoFunction<T, R> {

  R by(T reader) throws IOException;

  /**
   * Reads.
   *
   * @param what what is read, for the message
   * @param component what reads
   * @throws FlexoraException if that is not possible, with the place where it was configured
   */
  static <T, R> R of(String what, Component<T> component, IoFunction<T, R> reading) {
    try {
      return reading.by(component.get());
    } catch (IOException e) {
      String reason = ReadFailure.reason(e);
      throw failure(component, "the %s cannot be read: %s".formatted(what, reason), e);
    } catch (CancelledException | ConfigurationException e) {
      throw e;
    } catch (FlexoraException e) {
      throw failure(component, e.getMessage(), e);
    }
  }

  private static FlexoraException failure(Component<?> component, String message, Exception cause) {
    if (!(component instanceof ChosenComponent<?> chosen)) {
      return new FlexoraException(message, cause);
    }
    Location place = chosen.placeOf(Incompatibility.of(cause).option()).orElseGet(chosen::location);
    return new FlexoraException(place + ": " + message, cause);
  }
}
