namespace Annotator.Web;

/// <summary>Limits of what a browser may send to its circuit.</summary>
internal static class CircuitLimits
{
    /// <summary>
    /// The state of the prerendered page travels back in one message, and so does a pasted label set of a few hundred labels;
    /// files never do.
    /// </summary>
    public const long MaxMessageBytes = 2 * 1024 * 1024;
}
