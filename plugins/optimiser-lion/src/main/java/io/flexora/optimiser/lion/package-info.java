/** An optimiser that moves by the sign of a momentum. */
package io.flexora.optimiser.lion;
