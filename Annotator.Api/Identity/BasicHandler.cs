using System.Text;
using System.Text.Encodings.Web;
using Annotator.Api.Errors;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Identity;

/// <summary>
/// <c>Authorization: Basic</c>, as scripts send it with every request. No <c>WWW-Authenticate: Basic</c> is ever answered:
/// a browser would open its own dialog.
/// </summary>
internal sealed class BasicHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    PasswordSignIn signIn)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!TryRead(Request.Headers.Authorization.ToString()["Basic ".Length..], out var name, out var password))
        {
            return Fail("Invalid basic header.");
        }

        var outcome = await signIn.CheckAsync(name, password, remember: true, Context);
        return outcome.User is { } user
            ? Context.Succeed(CurrentUser.Of(user) with { Method = AuthenticationMethod.Basic }, Scheme.Name)
            : Fail("Invalid username/password.");
    }

    private AuthenticateResult Fail(string message)
    {
        Context.Items[ErrorsFeature.UnauthorizedDetail] = message;
        return AuthenticateResult.Fail(message);
    }

    private static bool TryRead(string base64, out string name, out string password)
    {
        (name, password) = ("", "");
        var bytes = new byte[base64.Length];
        if (base64.Length > 1024 || !Convert.TryFromBase64String(base64.Trim(), bytes, out var length))
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, length));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return false;
        }

        (name, password) = (text[..colon], text[(colon + 1)..]);
        return true;
    }
}
