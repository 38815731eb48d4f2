/** Models that are scored and prompted without being trained. */
package io.flexora.distribution.score;
