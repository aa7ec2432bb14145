using System.Globalization;
using Annotator.Api.Media;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Annotator.Api.Errors;

/// <summary>
/// A limit on a body, refused with a 413 in our words and, where the length is sent, before the first byte is read. The server's
/// own limit is off for such an endpoint: it would close the connection, and who is still sending would not see the answer.
/// </summary>
internal static class BodyLimit
{
    /// <summary>The problem type of everything that is larger than a limit.</summary>
    public const string Type = "urn:annotator:too-large";

    public static TBuilder WithBodyLimit<TBuilder>(this TBuilder builder, long bytes)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new DisableRequestSizeLimitAttribute());
        builder.AddEndpointFilter((context, next) => LimitAsync(context, next, bytes));
        return builder;
    }

    public static string Words(long? limit) => limit is { } bytes
        ? string.Create(CultureInfo.InvariantCulture, $"The request body is too large: at most {bytes} bytes are accepted here. Nothing was changed.")
        : "The request body is too large. Nothing was changed.";

    private static ProblemHttpResult TooLarge(long limit) => Problems.Of(StatusCodes.Status413PayloadTooLarge, Type, Words(limit));

    private static async ValueTask<object?> LimitAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, long limit)
    {
        var request = context.HttpContext.Request;
        if (request.ContentLength > limit)
        {
            return TooLarge(limit);
        }

        request.Body = new LimitedReadStream(request.Body, limit, refusesMore: true);
        try
        {
            return await next(context);
        }
        catch (BadHttpRequestException failure) when (failure.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge(limit);
        }
    }
}
