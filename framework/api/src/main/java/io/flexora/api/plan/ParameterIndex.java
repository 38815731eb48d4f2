package io.flexora.api.plan;

import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.TrainingSchedule;
import java.util.List;

/**
 * The index of the flat parameter vector theta: contiguous slices from 0, adapters first in the
 * order (layer, module, parameter), then the head.
 *
 * @param slices the slices in the order of their offsets
 * @since 0.1
 */
public record ParameterIndex(List<Slice> slices) {

  /**
   * Copies the slices.
   *
   * @throws IllegalArgumentException if they are not contiguous
   */
  public ParameterIndex {
    slices = List.copyOf(slices);
    long offset = 0;
    for (Slice slice : slices) {
      if (slice.offset() != offset) {
        throw new IllegalArgumentException(
            "slice " + slice.tensorName() + " starts at " + slice.offset() + ", not " + offset);
      }
      offset += slice.size();
    }
  }

  /** The length of theta. */
  public long size() {
    return slices.stream().mapToLong(Slice::size).sum();
  }

  /** The places of the adapters' parameters, for their method. */
  public List<TrainingSchedule.ParameterPlace> places() {
    return slices.stream()
        .filter(slice -> slice.owner() instanceof Slice.Adapter)
        .map(ParameterIndex::place)
        .toList();
  }

  private static TrainingSchedule.ParameterPlace place(Slice slice) {
    Slice.Adapter of = (Slice.Adapter) slice.owner();
    AdapterSite site = new AdapterSite(of.layer(), of.module());
    return new TrainingSchedule.ParameterPlace(slice.offset(), site, of.parameter());
  }

  /** The slices of a layer's adapters. */
  public List<Slice> ofLayer(int layer) {
    return slices.stream().filter(s -> s.layer().filter(l -> l == layer).isPresent()).toList();
  }

  /** The slices of the head. */
  public List<Slice> ofHead() {
    return slices.stream().filter(s -> s.layer().isEmpty()).toList();
  }
}
