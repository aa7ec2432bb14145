using System.Net.Mail;
using System.Text.RegularExpressions;
using Annotator.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace Annotator.Api.Identity;

/// <summary>What names, addresses and passwords must be, in the contract's limits.</summary>
internal static partial class AccountRules
{
    private const int LongestPassword = 256;

    public static void Username(Checks checks, string? username)
    {
        checks.Required("username", username, 150);
        checks.That(
            string.IsNullOrEmpty(username) || Names().IsMatch(username),
            "username",
            "Enter a valid username. It may hold the letters a-z, digits and @/./+/-/_.");
    }

    public static void Email(Checks checks, string? email, bool required)
    {
        if (required)
        {
            checks.Required("email", email, 254);
        }

        checks.AtMost("email", email, 254);
        checks.That(
            string.IsNullOrEmpty(email) || (MailAddress.TryCreate(email, out var address) && address.Address == email),
            "email",
            "Enter a valid email address.");
    }

    public static void Password(Checks checks, string field, string? password)
    {
        checks.Required(field, password, LongestPassword);
    }

    /// <summary>What ASP.NET Core Identity refused, under the fields that a client knows.</summary>
    public static ProblemHttpResult Problem(IdentityResult result, string passwordField)
    {
        var checks = new Checks();
        foreach (var error in result.Errors)
        {
            var field = error.Code switch
            {
                "DuplicateUserName" or "InvalidUserName" => "username",
                "DuplicateEmail" or "InvalidEmail" => "email",
                _ when error.Code.StartsWith("Password", StringComparison.Ordinal) => passwordField,
                _ => "non_field_errors",
            };
            checks.Fail(field, error.Code switch
            {
                "DuplicateUserName" => "A user with that username already exists.",
                "DuplicateEmail" => "A user is already registered with this e-mail address.",
                _ => error.Description,
            });
        }

        return checks.Problem();
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.@+-]+$")]
    private static partial Regex Names();
}
