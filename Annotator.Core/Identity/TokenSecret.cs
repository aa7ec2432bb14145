using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Annotator.Core.Identity;

/// <summary>
/// The text of a token: a public prefix by which its row is found, and a random secret. Personal tokens read
/// <c>ann_</c>, 8 of prefix, 43 of secret, 6 of checksum; login keys are 8 and 32 characters, because the contract gives
/// them 40. All letters and digits.
/// </summary>
public sealed record TokenSecret(string Text, string Prefix)
{
    public const string Mark = "ann_";
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int PrefixLength = 8;
    private const int ChecksumLength = 6;
    private const int PersonalLength = 4 + PrefixLength + 43 + ChecksumLength;
    private const int LoginLength = 40;

    /// <summary>What is stored: SHA-256 of the whole text.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    public static TokenSecret Create(AccessTokenKind kind)
    {
        if (kind == AccessTokenKind.Login)
        {
            var key = RandomNumberGenerator.GetString(Alphabet, LoginLength);
            return new TokenSecret(key, key[..PrefixLength]);
        }

        var body = Mark + RandomNumberGenerator.GetString(Alphabet, PersonalLength - Mark.Length - ChecksumLength);
        return new TokenSecret(body + Checksum(body), body.Substring(Mark.Length, PrefixLength));
    }

    /// <summary>
    /// Reads a token that a client sent. False for a text that cannot be one of <paramref name="kind"/>; the checksum tells
    /// a mistyped personal token without asking the database.
    /// </summary>
    public static bool TryParse(AccessTokenKind kind, string text, [NotNullWhen(true)] out TokenSecret? secret)
    {
        secret = kind == AccessTokenKind.Login ? ParseLogin(text) : ParsePersonal(text);
        return secret is not null;
    }

    /// <summary>Whether this is the secret behind a stored hash; takes the same time whatever the answer.</summary>
    public bool Matches(byte[] storedHash) => CryptographicOperations.FixedTimeEquals(Hash, storedHash);

    private static TokenSecret? ParseLogin(string text) =>
        text.Length == LoginLength && text.All(char.IsAsciiLetterOrDigit) ? new TokenSecret(text, text[..PrefixLength]) : null;

    private static TokenSecret? ParsePersonal(string text) =>
        text.Length == PersonalLength
        && text.StartsWith(Mark, StringComparison.Ordinal)
        && text.Skip(Mark.Length).All(char.IsAsciiLetterOrDigit)
        && text.EndsWith(Checksum(text[..^ChecksumLength]), StringComparison.Ordinal)
            ? new TokenSecret(text, text.Substring(Mark.Length, PrefixLength))
            : null;

    private static string Checksum(string body)
    {
        var rest = Crc32.HashToUInt32(Encoding.ASCII.GetBytes(body));
        return string.Create(ChecksumLength, rest, static (span, value) =>
        {
            for (var i = span.Length - 1; i >= 0; i--)
            {
                (value, span[i]) = (value / 62, Alphabet[(int)(value % 62)]);
            }
        });
    }
}
