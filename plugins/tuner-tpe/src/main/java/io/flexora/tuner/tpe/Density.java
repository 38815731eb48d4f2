package io.flexora.tuner.tpe;

import java.util.SplittableRandom;

/** The density of an option's values in some trials. */
interface Density {

  /** Draws a value. */
  double draw(SplittableRandom random);

  /** The natural logarithm of the density, or the probability, of a value. */
  double log(double value);
}
