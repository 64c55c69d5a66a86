console.log('round 1');
