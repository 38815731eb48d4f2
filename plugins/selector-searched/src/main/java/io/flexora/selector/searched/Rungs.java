package io.flexora.selector.searched;

import java.util.stream.IntStream;

/**
 * Successive halving (Jamieson and Talwalkar 2016): all sets are trained for a few steps, the
 * better ones go on until they have done {@code eta} times as many, and so on.
 *
 * @param steps the optimiser steps up to the first rung
 * @param eta how many times more steps the next rung has, and how many times fewer sets
 * @param count the rungs, at least one
 */
record Rungs(int steps, int eta, int count) {

  /** One rung: every set is trained for so many steps and then judged. */
  static Rungs single(int steps) {
    return new Rungs(steps, 2, 1);
  }

  /** The steps that a set has done when it is judged at a rung, from 0. */
  long stepsUpTo(int rung) {
    return rung < 0 ? 0 : steps * power(rung);
  }

  /** How many sets of a generation reach a rung. */
  int reaching(int rung, int population) {
    return Math.toIntExact(Math.max(1, population / power(rung)));
  }

  /** The steps of a generation. */
  long stepsOf(int population) {
    return IntStream.range(0, count)
        .mapToLong(r -> reaching(r, population) * (stepsUpTo(r) - stepsUpTo(r - 1)))
        .sum();
  }

  /** How often a set is judged in a generation. */
  int judgementsOf(int population) {
    return IntStream.range(0, count).map(r -> reaching(r, population)).sum();
  }

  private long power(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power = Math.multiplyExact(power, eta);
    }
    return power;
  }
}
