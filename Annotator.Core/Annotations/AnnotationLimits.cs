namespace Annotator.Core.Annotations;

/// <summary>How large annotations of one request may be. Beyond a limit the request is refused and the limit is named.</summary>
public static class AnnotationLimits
{
    /// <summary>Ids of one reservation, and ops of one batch.</summary>
    public const int Batch = 10_000;

    /// <summary>Bytes of one batch.</summary>
    public const int BatchBytes = 16 * 1024 * 1024;

    /// <summary>Bytes of one PUT or PATCH of annotations; an import takes files of any size.</summary>
    public const long BodyBytes = 256L << 20;

    /// <summary>Numbers of one shape, a mask's run lengths included.</summary>
    public const int Numbers = 1_000_000;

    /// <summary>Coordinates are pixels; float32 holds them to a quarter of a pixel up to here.</summary>
    public const double Coordinate = 4_000_000;

    public const int Keyframes = 100_000;
    public const int Elements = 1_000;
    public const int AttributeValue = 4096;

    /// <summary>Objects nested in objects in JSON; the contract needs seven.</summary>
    public const int JsonDepth = 16;
}
