/** A selector that keeps the layers whose adapters would move most. */
package com.example.largestgradient;
