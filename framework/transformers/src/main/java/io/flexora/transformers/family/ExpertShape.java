package io.flexora.transformers.family;

import java.util.List;

/**
 * The experts of a layer's feed-forward part.
 *
 * @param count the experts of a layer
 * @param chosen the experts that compute a token
 * @param width the numbers between the two matrices of an expert
 * @param arrays the places of their matrices among a layer's arrays, which have those of all
 *     experts below each other, made of tensors of equal rows. Where they are quantised, only the
 *     rows are opened that are asked for, by {@code self.opened_rows(w, self.entries_by_rows(w,
 *     array), array, columns, first, last)}: those of one tensor, or of whole ones
 * @since 0.1
 */
public record ExpertShape(int count, int chosen, int width, List<Integer> arrays) {

  /** Copies the list. */
  public ExpertShape {
    arrays = List.copyOf(arrays);
  }
}
