using System.Net;

namespace Annotator.Client;

/// <summary>
/// A refusal by the server. <see cref="Exception.Message"/> holds the server's own words, fit to be shown to the person who
/// asked.
/// </summary>
public sealed class AnnotatorApiException : Exception
{
    public AnnotatorApiException(HttpStatusCode status, string message, IReadOnlyDictionary<string, IReadOnlyList<string>>? fields = null)
        : base(message)
    {
        Status = status;
        Fields = fields ?? new Dictionary<string, IReadOnlyList<string>>();
    }

    public HttpStatusCode Status { get; }

    /// <summary>What is wrong with which field of the request, by the field's name in the API; empty where no field is to blame.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; }

    /// <summary>How long the server asks to wait before the next try; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
