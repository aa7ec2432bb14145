using Annotator.Api.Errors;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Operations;

/// <summary>Finds operations by the ids that clients know them by.</summary>
internal sealed class RequestLookup(AnnotatorDbContext db, CurrentUser user, TimeProvider time)
{
    private readonly AnnotatorDbContext _db = db;
    private readonly CurrentUser _user = user;
    private readonly TimeProvider _time = time;

    /// <summary>The latest operation of an id, in any form that the contract ever had, whoever owns it; null when there is none.</summary>
    public async Task<Operation?> FindLatestAsync(string id, CancellationToken cancel)
    {
        var key = RequestKeys.FromOlder(id);
        var now = _time.GetUtcNow();
        return await _db.Operations.AsNoTracking()
            .Where(row => row.Key == key && (row.ExpiryDate == null || row.ExpiryDate > now))
            .OrderByDescending(row => row.CreatedDate)
            .FirstOrDefaultAsync(cancel);
    }

    /// <summary>The same, refused (404, 403) unless it is the caller's or the caller is an administrator.</summary>
    public async Task<(Operation? Operation, IResult? Refused)> FindOwnAsync(string id, CancellationToken cancel)
    {
        var operation = await FindLatestAsync(id, cancel);
        return operation switch
        {
            null => (null, Problems.NotFound($"There is no request {id}.")),
            _ when operation.OwnerId != _user.Id && !_user.IsAdmin => (null, Problems.Forbidden("The request belongs to somebody else.")),
            _ => (operation, null),
        };
    }

    /// <summary>
    /// The caller's requests that are not expired. Of those with the same id only the latest is shown: the id stands for it.
    /// </summary>
    public IQueryable<Operation> Own()
    {
        var now = _time.GetUtcNow();
        return _db.Operations.AsNoTracking().Where(row =>
            row.OwnerId == _user.Id
            && (row.ExpiryDate == null || row.ExpiryDate > now)
            && !_db.Operations.Any(later => later.Key == row.Key && later.CreatedDate > row.CreatedDate));
    }
}
