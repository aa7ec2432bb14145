using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Annotator.Api.Errors;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Annotator.Api.Identity;

/// <summary>An unsafe request that a read-only token may send all the same: the start of an export, which changes nothing.</summary>
internal sealed class AllowReadOnlyToken;

/// <summary>An endpoint that no personal token may use: whoever holds one must not make more of them, or change accounts.</summary>
internal sealed class RefusePersonalTokens;

/// <summary>An endpoint without an organization: signing in, server facts, set-up.</summary>
internal sealed class IgnoreOrganization;

/// <summary>
/// The rules that hold for every request under /api, whatever it is about: CSRF for cookies, read-only tokens, the organization
/// context. They run after authentication and before anything is looked up.
/// </summary>
internal sealed class RequestRules(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (Refusal(http) is { } refusal)
        {
            await refusal.ExecuteAsync(http);
            return;
        }

        await next(http);
    }

    private static ProblemHttpResult? Refusal(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint is null)
        {
            return null;
        }

        var user = http.User();
        if (http.Request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal))
        {
            // A hub is opened by GET and POST alike, and its client cannot add headers to a WebSocket: the origin decides.
            return user?.Method == AuthenticationMethod.Session && RequestOrigin.IsForeign(http.Request)
                ? Problems.Forbidden("The connection comes from another site.")
                : null;
        }

        if (user is not null && !IsSafe(http.Request.Method))
        {
            if (user.Method == AuthenticationMethod.Session && CsrfFailure(http) is { } failure)
            {
                return Problems.Of(StatusCodes.Status403Forbidden, "urn:annotator:csrf", $"CSRF Failed: {failure}");
            }

            if (user.ReadOnly && endpoint.Metadata.GetMetadata<AllowReadOnlyToken>() is null)
            {
                return Problems.Forbidden("This access token may only read. Make one without \"read only\" for changes.");
            }

            if (user.Method == AuthenticationMethod.AccessToken && endpoint.Metadata.GetMetadata<RefusePersonalTokens>() is not null)
            {
                return Problems.Forbidden("This cannot be done with an access token. Sign in with your password.");
            }
        }

        return http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && endpoint.Metadata.GetMetadata<IgnoreOrganization>() is null
            ? OrganizationFailure(http.Request)
            : null;
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    /// <summary>The header must repeat the secret that is sealed in the session cookie; the csrftoken cookie only carries it to the page.</summary>
    private static string? CsrfFailure(HttpContext http)
    {
        if (RequestOrigin.IsForeign(http.Request))
        {
            return "the request comes from another site.";
        }

        var expected = http.User.FindFirstValue(Schemes.CsrfClaim) ?? "";
        var sent = http.Request.Headers[Schemes.CsrfHeader].ToString();
        if (sent.Length == 0)
        {
            return $"send the value of the cookie {Schemes.CsrfCookie} in the header {Schemes.CsrfHeader}.";
        }

        return expected.Length > 0 && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes(expected))
            ? null
            : $"the header {Schemes.CsrfHeader} does not belong to this session.";
    }

    /// <summary>There are no organizations yet: an empty name is the personal sandbox, every other one is unknown.</summary>
    private static ProblemHttpResult? OrganizationFailure(HttpRequest request)
    {
        var header = request.Headers["X-Organization"];
        var slug = request.Query["org"];
        var id = request.Query["org_id"];
        if (id.Count > 0 && (slug.Count > 0 || header.Count > 0))
        {
            return Problems.Invalid("non_field_errors", "You cannot specify \"org_id\" together with \"org\" or the header X-Organization.");
        }

        if (slug.Count > 0 && header.Count > 0 && slug != header)
        {
            return Problems.Invalid("non_field_errors", "The parameter \"org\" and the header X-Organization name different organizations.");
        }

        var named = new[] { header.ToString(), slug.ToString(), id.ToString() }.FirstOrDefault(name => name.Length > 0);
        return named is null ? null : Problems.NotFound($"There is no organization {named}.");
    }
}
