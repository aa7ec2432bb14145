using System.Globalization;
using System.Security.Claims;

namespace Annotator.Web.Identity;

/// <summary>What pages want to know of the one who looks at them.</summary>
internal static class CurrentUser
{
    extension(ClaimsPrincipal user)
    {
        public int UserId => int.Parse(user.FindFirstValue(ClaimTypes.NameIdentifier) ?? "0", CultureInfo.InvariantCulture);

        public string Username => user.FindFirstValue(ClaimTypes.Name) ?? "";

        public string DisplayName => user.FindFirstValue(ClaimTypes.GivenName) ?? user.Username;

        public bool IsAdministrator => user.IsInRole("admin");
    }
}
