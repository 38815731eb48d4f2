package io.flexora.api.adapter;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The ranks of an adapter method whose change of a matrix is a sum of r rank-one parts. It takes
 * any rank from 1 on, and its text goes by the shapes of what it is given. In place of the scalar
 * gate it takes one {@code [r]} that multiplies each part.
 *
 * @since 0.1
 */
@ConsumerType
public interface RankedAdapter {

  /** The rank r of a module that the options say. */
  int rank(ModuleShape module);

  /**
   * The parameters for a module of another rank: the arrays of {@link AdapterMethod#parameters} in
   * the same order.
   *
   * @param rank from 1 on
   */
  List<AdapterParameter> parameters(ModuleShape module, int rank);
}
