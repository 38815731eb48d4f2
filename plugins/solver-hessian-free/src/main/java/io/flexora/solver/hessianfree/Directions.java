package io.flexora.solver.hessianfree;

/** Directions of alpha. */
@FunctionalInterface
interface Directions {

  /**
   * A direction: a function of its arguments.
   *
   * @param outerStep the number of the outer step
   * @param index the number of the direction in it, from 0
   * @param gates its length
   */
  double[] direction(long outerStep, int index, int gates);
}
